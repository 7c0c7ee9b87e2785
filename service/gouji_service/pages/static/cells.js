// What is true of a cell by itself: what a decision makes of it, whether a sum of it holds, what stands beside it.
export const floor = (confidence) => (Math.floor(confidence * 1000) / 1000).toFixed(3);

export function corrected(cell, said) {
  if (said === null) return { ...cell, ...cell.read, corrected: false, read: undefined };
  const { value, text, state, confidence } = cell;
  const now = said.value !== undefined ? { value: said.value, text: said.text ?? String(said.value), state: "printed" } : { value: null, text: null, state: said.state };
  return { ...cell, ...now, confidence: 1, corrected: true, suggestion: null, read: cell.read ?? { value, text, state, confidence } };
}

export function sayingOf(cell) {
  if (cell.state !== "printed") return { state: cell.state };
  return cell.text === null ? { value: cell.value } : { value: cell.value, text: cell.text };
}

export function holds(one, cells) {
  const add = (names) => names.reduce((total, name) => total + (cells[name].value ?? 0), 0);
  const whole = [...one.left, ...one.right].every((name) => ["printed", "blank"].includes(cells[name].state));
  return whole && Math.abs(add(one.left) - add(one.right)) < 1e-6;
}

export function cellBeside(td, row, column) {
  // The place of a cell beside another in its table, whatever is merged there; none at the border.
  const { left, top, width, height } = td.getBoundingClientRect();
  const middle = [left + width / 2, top + height / 2];
  const near = [...td.closest("table").querySelectorAll("td[data-cell]")].map((one) => {
    const box = one.getBoundingClientRect();
    return [one, box.left + box.width / 2 - middle[0], box.top + box.height / 2 - middle[1]];
  });
  const ahead = near.filter(([one, x, y]) => one !== td && (column ? x * column > 4 && Math.abs(y) < 8 : y * row > 4));
  ahead.sort(([, x, y], [, v, w]) => (column ? Math.abs(x) - Math.abs(v) : Math.abs(y) - Math.abs(w) || Math.abs(x) - Math.abs(v)));
  return ahead[0]?.[0].dataset.cell;
}
