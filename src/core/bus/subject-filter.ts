/** Whether a subject is meant by a filter: `*` stands for one token, a final `>` for one or more. As in NATS. */
export function matchesSubject(filter: string, subject: string): boolean {
  if (filter === subject) return true
  const wanted = filter.split('.')
  const tokens = subject.split('.')
  for (const [position, token] of wanted.entries()) {
    if (token === '>' && position === wanted.length - 1) return tokens.length > position
    if (position >= tokens.length) return false
    if (token !== '*' && token !== tokens[position]) return false
  }
  return wanted.length === tokens.length
}
