// What the ticket says, as text for PagerDuty.
import { announce } from './announce.js'
import { onPress } from './press.js'

const breaks = 'br, p, div, li, tr, h1, h2, h3, h4, blockquote, pre'

// textOf is the ticket's description or latest comment (source "comment"), empty
// where Zendesk gives none.
export async function textOf(client, source) {
  const path = source === 'comment' ? 'ticket.comments' : 'ticket.description'
  const got = (await client.get(path).catch(() => ({})))[path]
  const html = Array.isArray(got) ? got.at(-1)?.value : got
  const { body } = new DOMParser().parseFromString(html ?? '', 'text/html')
  for (const element of body.querySelectorAll(breaks)) element.after('\n')
  return body.textContent.trim()
}

// insertComments has buttons put the ticket's latest comment into their form's text,
// where the caret is.
export function insertComments(client) {
  onPress({
    comment: async (button) => {
      const text = await textOf(client, 'comment')
      if (!text) {
        button.textContent = button.dataset.none
        return announce(button)
      }
      const { text: field } = button.form.elements
      const { value, selectionStart: from, selectionEnd: to, maxLength } = field
      field.setRangeText(text.slice(0, maxLength - value.length + to - from), from, to, 'end')
      field.focus()
      field.dispatchEvent(new InputEvent('input', { bubbles: true })) // it is a draft now
    },
  })
}
