// What was chosen, and the form that it is put back into.

// account is the PagerDuty account that is connected; empty without one.
export const account = () => document.querySelector('#panel [data-account]')?.dataset.account ?? ''

// here are choices without the service of another PagerDuty account than the one
// that is connected. A key that was typed is of none.
export function here({ account: [of], ...choices }) {
  if (!account() || of === account()) return choices
  for (const name of ['service', 'service_name', 'integration']) delete choices[name]
  if (choices.key_from?.[0] !== 'key') delete choices.key_from
  return choices
}

// fill puts what was chosen back into a form that was drawn anew.
export function fill(form, fields) {
  if (!form) return
  // Nobody chose what was only the way that was open without a login.
  if (!fields.key?.[0] && fields.key_from?.[0] === 'key') delete fields.key_from
  for (const field of form.elements) {
    if (!field.name || field.type === 'button') continue
    const values = fields[field.name] ?? []
    if (field.type === 'checkbox' || field.type === 'radio') {
      // A way to choose that was not there before keeps its own.
      if (field.type === 'checkbox' || fields[field.name]) field.checked = values.includes(field.value)
    } else if (values.length && (field.tagName !== 'SELECT' || [...field.options].some((o) => o.value === values[0]))) field.value = values[0]
  }
  // What was chosen may be gone, as the service is without a login.
  if (!form.querySelector('[name=key_from]:checked:not(:disabled)')) form.querySelector('[name=key_from]:not(:disabled)').checked = true
}
