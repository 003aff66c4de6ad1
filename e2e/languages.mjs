// Sentences by language, and what a panel has shown of them.
import { readFileSync } from 'node:fs'

const files = new Map()

function textsOf(lang) {
  if (!files.has(lang)) files.set(lang, JSON.parse(readFileSync(new URL(`../views/text/${lang}.json`, import.meta.url))))
  return files.get(lang)
}

// forms are those of a sentence: one, or one for each plural category.
const forms = (message) => (typeof message === 'string' ? [message] : Object.values(message ?? {}))

// sentence is one of the catalog with its arguments.
export const sentence = (lang, id, args = {}) =>
  forms(textsOf(lang)[id]).at(-1).replace(/\{\{\.(\w+)\}\}/g, (_, name) => args[name])

// pattern matches a whole sentence, with any arguments. One without a word of its own
// matches nothing.
function pattern(text) {
  if (!/[\p{L}]{3}/u.test(text.replace(/\{\{.*?\}\}/g, ''))) return /(?!)/
  const parts = text.split(/(\{\{.*?\}\})/).map((part) => (!part.startsWith('{{') ? quote(part) : counts.test(part) ? '\\d+' : '.+'))
  return new RegExp(`^${parts.join('')}$`, 'u')
}

const counts = /\.(Number|Count|Open|Resolved)\b/

const quote = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

// others are the texts of a list that are sentences of other languages, and none of lang.
export function others(texts, lang, languages) {
  const own = new Set(Object.values(textsOf(lang)).flatMap(forms))
  const foreign = languages.flatMap((one) => Object.values(textsOf(one)).flatMap(forms))
    .filter((text) => !own.has(text)).map(pattern)
  return texts.filter((text) => foreign.some((p) => p.test(text)))
}

// watchText keeps in window.shown whatever text or named element a page of ours has
// had in it at any moment, templates apart, which show nothing.
export function watchText() {
  if (!/^\/(sidebar|setup)$/.test(location.pathname)) return
  window.shown = new Set()
  const keep = (text) => text?.trim() && window.shown.add(text.trim().replace(/\s+/g, ' '))
  const named = ['aria-label', 'title', 'placeholder']
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE && !node.parentElement?.closest('script, style, title')) keep(node.data)
    if (node.nodeType !== Node.ELEMENT_NODE) return
    for (const name of named) keep(node.getAttribute(name))
    for (const child of node.childNodes) look(child)
  }
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) look(node)
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: named })
}

// shownBy is all of that.
export const shownBy = (p) => p.handle().evaluate(() => [...window.shown])
