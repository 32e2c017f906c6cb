"""What a browser computes about the page's boxes, as scripts that return what is wrong, empty if nothing is."""

_RECTS = """
const seen = (element) => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})
  && !element.closest('.hidden, .skip') && getComputedStyle(element.closest('thead') ?? element).clipPath === 'none';
const clipped = (rect, element) => {
  let {left, right, top, bottom} = rect;
  for (let at = element; at; at = at.parentElement) {
    if (getComputedStyle(at).overflowX === 'visible' || getComputedStyle(at).display === 'inline') continue;
    const box = at.getBoundingClientRect();
    [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
  }
  return {left, right, top, bottom};
};
const texts = (root) => {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.data.trim() || !seen(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    found.push({text: node.data.trim(), rects: [...range.getClientRects()], element: node.parentElement});
  }
  return found;
};
"""

WRAPPED_ADDRESSES = f"""() => {{ {_RECTS}
  const addresses = texts(document.body).filter((one) => /^[^\\s@]+@[^\\s@]+$|(^|\\s)\\/(v1|beta)/.test(one.text));
  return addresses.filter((one) => {{
    const width = one.rects.reduce((sum, rect) => sum + rect.width, 0);
    const lines = new Set(one.rects.map((rect) => Math.round(rect.top))).size;
    return lines > 1 && width <= (one.element.closest('dl, li, td, th')?.clientWidth ?? Infinity);
  }}).map((one) => one.text);
}}"""
"""Addresses of people and of requests that are on more than one line although they would fit on one."""

CUT = f"""() => {{ {_RECTS}
  return [...document.body.querySelectorAll('*')].filter((one) => {{
    if (!seen(one) || one.scrollWidth <= one.clientWidth + 1 || one.clientWidth === 0) return false;
    const style = getComputedStyle(one);
    return style.display !== 'inline' && style.textOverflow !== 'ellipsis';
  }}).map((one) => one.outerHTML.slice(0, 90));
}}"""
"""What is wider than its place, without an ellipsis that shows it; places that scroll sideways are among them."""

SHORTENED_ADDRESSES = """() => [...document.querySelectorAll('#directories *')].filter((one) =>
  /^[^\\s@#]+@[^\\s@]+$/.test(one.textContent.trim()) && one.scrollWidth > one.clientWidth + 1
  && getComputedStyle(one).display !== 'inline').map((one) => one.textContent)"""
"""Addresses of people that do not fit, but for those of guests, which hold another address."""

COVERED = f"""(selector) => {{ {_RECTS}
  const found = texts(document.querySelector(selector)).flatMap((one) =>
    one.rects.map((rect) => ({{...one, rect: clipped(rect, one.element)}}))), pairs = [];
  for (const [place, a] of found.entries()) for (const b of found.slice(place + 1)) {{
    const x = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
    const y = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
    if (a.element !== b.element && x > 1 && y > 2) pairs.push([a.text, b.text]);
  }}
  return pairs;
}}"""
"""Pairs of texts of which one covers the other."""

EMPTY = f"""() => {{ {_RECTS}
  return [...document.querySelectorAll('.card')].map((card) => {{
    const box = card.getBoundingClientRect();
    const last = Math.max(...[...card.querySelectorAll('*')].filter(seen).map((one) => one.getBoundingClientRect())
      .filter((rect) => rect.width && rect.height).map((rect) => rect.bottom));
    return [card.id || card.className, Math.round(box.bottom - last)];
  }}).filter(([, empty]) => empty > 48);
}}"""
"""Cards with more than 48 px of nothing below their content, and how much."""

WATCH = """() => {
  window.boxes = {};
  const look = () => {
    for (const one of document.querySelectorAll('.card, .top > *, #users, #groups')) {
      const {top, height} = one.getBoundingClientRect();
      (window.boxes[one.id || one.className] ||= new Set()).add(`${Math.round(top)}+${Math.round(height)}`);
    }
    requestAnimationFrame(look);
  };
  look();
}"""
MOVED = """() => Object.entries(window.boxes).filter(([, places]) => places.size > 1)
  .map(([name, places]) => [name, ...places])"""
"""`WATCH` notes the places of the page's parts in every frame; `MOVED` returns those that were in several."""
