// Makes elements. Properties are set as properties, so that no style or handler is an attribute: the pages'
// Content-Security-Policy allows neither.

type Child = Node | string | false | undefined | null;
type Props = { [name: string]: unknown };

const present = (child: Child): child is Node | string => !!child;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const { part, role, ...others } = props, element = Object.assign(document.createElement(tag), others);
  if (part) element.setAttribute("part", String(part));
  if (role) element.setAttribute("role", String(role));
  element.append(...children.filter(present));
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Props = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, String(value));
  element.append(...children.filter(present));
  return element;
}
