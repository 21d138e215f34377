// Makes elements: the few lines that stand in for a framework. No inline styles, no HTML strings.

export interface Properties {
  class?: string;
  text?: string;
  /** Name for those who don't see the element; for icons also its tooltip. */
  label?: string;
  title?: string;
  attributes?: Record<string, string>;
  onClick?: (event: MouseEvent) => void;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (properties.class !== undefined) made.className = properties.class;
  if (properties.text !== undefined) made.textContent = properties.text;
  if (properties.label !== undefined) made.setAttribute('aria-label', properties.label);
  if (properties.title !== undefined) made.title = properties.title;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) made.setAttribute(name, value);
  if (properties.onClick !== undefined) made.addEventListener('click', properties.onClick as EventListener);
  made.append(...children);
  return made;
}

/** A codicon. It says nothing to a screen reader: what it means is said by the element around it. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

export function iconButton(name: string, label: string, onClick: (event: MouseEvent) => void): HTMLButtonElement {
  return element(
    'button',
    { class: 'icon-button', label, title: label, attributes: { type: 'button' }, onClick },
    icon(name),
  );
}

/** Shows another icon and name on an icon button. */
export function setIcon(button: HTMLButtonElement, name: string, label: string): void {
  button.replaceChildren(icon(name));
  button.setAttribute('aria-label', label);
  button.title = label;
}

/** How long a button shows that it has copied, in milliseconds. */
const confirmation = 1_500;

/** A button that copies and shows for a moment that it did. */
export function copyButton(label: string, done: string, copy: () => void): HTMLButtonElement {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const button = iconButton('copy', label, () => {
    copy();
    setIcon(button, 'check', done);
    clearTimeout(timer);
    timer = setTimeout(() => setIcon(button, 'copy', label), confirmation);
  });
  return button;
}

/** Sets text only where it differs: a write would end a selection and cost a layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
