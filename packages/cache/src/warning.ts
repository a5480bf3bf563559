/** Warns about something of `owner` on the process, once for each subject. */
export const warnOnce = (owner: object, subject: string, message: string): void => {
  const subjects = warned.get(owner) ?? new Set()
  warned.set(owner, subjects)
  if (subjects.has(subject) || subjects.size >= mostSubjects) return
  subjects.add(subject)
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_CACHE' })
}

const warned = new WeakMap<object, Set<string>>()
const mostSubjects = 100
