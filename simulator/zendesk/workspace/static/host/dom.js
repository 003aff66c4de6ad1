// Small ways to build the page's elements. Text always becomes a text node:
// tickets hold hostile input.

// el leaves out what is false, null or undefined; true is an attribute without
// a value.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const shapes = {
  home: 'M2 7.5 8 2.5l6 5M3.5 6.5v7h3.5v-4h2v4h3.5v-7',
  list: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  person: 'M8 7.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.5 14a5.5 5.5 0 0 1 11 0',
  building: 'M3.5 14V2.5h6V14M9.5 6h3v8M2 14h12M5.5 5h2M5.5 7.5h2M5.5 10h2',
  chart: 'M2.5 13.5h11M4 13V8.5M7 13V4.5M10 13V7M13 13V3',
  gear: 'M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3.5 3.5',
  chat: 'M2.5 3h11v7.5H7L4 13.2v-2.7H2.5z',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM6.8 14h2.4',
  apps: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z',
  book: 'M8 4.2C6.5 3 4.5 2.8 2.5 3v9.5c2-.2 4 0 5.5 1.2 1.5-1.2 3.5-1.4 5.5-1.2V3c-2-.2-4 0-5.5 1.2zM8 4.2v9.5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6',
  reload: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  plus: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8M12 4l-8 8',
  down: 'm4 6 4 4 4-4',
  mail: 'M2 4h12v8.5H2zM2 4.5 8 9l6-4.5',
  reply: 'M6.5 4 2.5 7.5l4 3.5M2.5 7.5H9a4 4 0 0 1 4 4v1',
  bold: 'M4.5 2.5h4a2.7 2.7 0 0 1 0 5.4h-4zM4.5 7.9h4.8a2.8 2.8 0 0 1 0 5.6H4.5z',
  smile: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.5 9.5c1.3 1.6 3.7 1.6 5 0M6 6.3v.4M10 6.3v.4',
  clip: 'm12.5 7.5-5 5a3 3 0 0 1-4.2-4.2l5.4-5.4a2 2 0 0 1 2.9 2.9l-5.3 5.3a1 1 0 0 1-1.5-1.4L9.5 5',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.8-.8',
  columns: 'M2.5 2.5h11v11h-11zM8 2.5v11',
  pulse: 'M1.5 8.5h3L6.5 3l3 10 2-4.5h3',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

export function avatar(user) {
  const initials = [...(user?.name ?? '?')].filter((c, i, all) => i === 0 || all[i - 1] === ' ').slice(0, 2).join('');
  return el('span', { class: 'avatar', 'data-hue': Number(user?.id ?? 0) % 6, title: user?.name ?? '' }, initials);
}

export function statusBadge(status) {
  return el('span', { class: 'badge', 'data-status': status }, status === 'hold' ? 'On-hold' : status[0].toUpperCase() + status.slice(1));
}
