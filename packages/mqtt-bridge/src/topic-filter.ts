// Topic filters as MQTT writes them: `+` is one level, `#` at the end everything below, and neither is ever a topic that begins with `$`.

/** Whether a topic is one of those a filter means. */
export function filterMatches(filter: string, topic: string): boolean {
  return filtersOverlap(filter, topic);
}

/** Whether there may be a topic that both filters mean. A topic is a filter that means only itself. */
export function filtersOverlap(one: string, other: string): boolean {
  if (one.startsWith('$') || other.startsWith('$')) return false;
  const [a, b] = [one.split('/'), other.split('/')];
  for (let level = 0; ; level += 1) {
    const [x, y] = [a[level], b[level]];
    // `a/#` means `a` as well.
    if (x === '#' || y === '#') return true;
    if (x === undefined || y === undefined) return x === y;
    if (x !== y && x !== '+' && y !== '+') return false;
  }
}

/** What is wrong with a filter, to be read after "is no topic filter: "; `undefined`: nothing. */
export function filterProblem(filter: string): string | undefined {
  if (filter === '') return 'it is empty';
  if (filter.startsWith('$')) return 'topics that begin with $ are never passed on';
  const levels = filter.split('/');
  if (levels.slice(0, -1).some((level) => level.includes('#')) || (levels.at(-1)?.includes('#') === true && levels.at(-1) !== '#'))
    return '# stands alone at the end';
  return levels.some((level) => level.includes('+') && level !== '+') ? '+ stands for a whole level' : undefined;
}
