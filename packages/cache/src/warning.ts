/** Warns about something of `owner` on the process, once for each subject. */
export const warnOnce = (owner: object, subject: string, message: string, code = 'MILLRACE_CACHE'): void => {
  const subjects = warned.get(owner) ?? new Set()
  warned.set(owner, subjects)
  if (subjects.has(`${code} ${subject}`) || subjects.size >= mostSubjects) return
  subjects.add(`${code} ${subject}`)
  process.emitWarning(message, { type: 'MillraceWarning', code })
}

/**
 * Warns that what an operation answers is kept for nobody, as its handler has looked at who calls. Once on the
 * process: a server made for each session may have a cache of its own.
 */
export const warnOfReading = (operation: string, what: string): void =>
  warnOnce(
    process,
    operation,
    `cached: the handler of ${operation} reads ${what} of its context, so what it answers may be this caller's alone ` +
      'and is not cached. Say what it depends on: who calls, in use(server, { principal: (authInfo, context) => … }, …); ' +
      "in the rule, what else, as varyBy: (call) => …; or that it is the same for everybody, scope: 'public'.",
    'MILLRACE_CALLER',
  )

const warned = new WeakMap<object, Set<string>>()
const mostSubjects = 100
