// tabStorage is the browser tab's own, undefined where the browser keeps none for a
// frame of another site.
export function tabStorage() {
  try {
    sessionStorage.setItem('try', '')
    sessionStorage.removeItem('try')
    return sessionStorage
  } catch {
    return undefined
  }
}
