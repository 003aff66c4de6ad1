// How long notices stay: those of a success go by themselves, others until their
// cause is gone.
import { readable } from './fate.js'
import { whenReleased } from './pointer.js'

const whileUsed = 2_000 // ms more, while somebody is at it

// expireNotices has the notices of a success go, whoever puts them in place.
export function expireNotices() {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue
        for (const box of [node, ...node.querySelectorAll('.note')]) if (box.matches('.note[data-kind=ok]')) setTimeout(expire, readable, box)
      }
    }
  }).observe(document.body, { childList: true, subtree: true })
}

async function expire(box) {
  await whenReleased() // what stands below it moves
  if (!box.isConnected) return
  if (box.matches(':hover, :focus-within')) setTimeout(expire, whileUsed, box)
  else box.remove()
}

// clearNotice takes a notice away whose time is over: something else is done, or what
// it speaks of was changed. One with a choice in it stays until that is made.
export function clearNotice(within) {
  for (const box of within?.querySelectorAll(':scope > .note') ?? []) if (!box.querySelector('button, a')) box.remove()
}
