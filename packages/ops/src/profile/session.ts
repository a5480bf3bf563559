import type { Session } from 'node:inspector'

/** Asks V8 what debuggers ask. */
export interface Inspector {
  post<Answer>(method: string, params?: object): Promise<Answer>
  close(): void
}

/** A session with V8 in this thread. The module is loaded when somebody wants one. */
export const inspector = async (): Promise<Inspector> => {
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connect()
  return { post: (method, params) => posted(session, method, params), close: () => session.disconnect() }
}

const posted = <Answer>(session: Session, method: string, params: object = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    session.post(method, params, (error, answer) => (error === null ? resolve(answer as Answer) : reject(error)))
  })
