import { ConnectionLostError } from '../errors.ts'

/** What `pg` throws for an error that the server reports. */
interface ServerError {
  /** SQLSTATE, five characters. */
  readonly code?: string
  readonly severity?: string
  readonly routine?: string
}

/** The SQLSTATE of an error that the server reported; undefined for any other. */
export const sqlStateOf = (error: unknown): string | undefined => {
  const { code, severity } = (error ?? {}) as ServerError
  return typeof severity === 'string' && typeof code === 'string' ? code : undefined
}

/** Whether the server has ended the connection with this error, or ran into something that no query can get past. */
export const isFatal = (error: unknown): boolean =>
  ['FATAL', 'PANIC'].includes((error as ServerError | undefined)?.severity ?? '')

/** A prepared statement is no longer what it was: a table has changed, or somebody has dropped the statement. */
export const isOutdated = (error: unknown): boolean =>
  (error as ServerError | undefined)?.routine === 'RevalidateCachedQuery' || sqlStateOf(error) === '26000'

/** The transaction lost against another one, and may win when it is run again: serialization failure, deadlock. */
export const isContention = (error: unknown): boolean => ['40001', '40P01'].includes(sqlStateOf(error) ?? '')

/** What the caller is told when the connection broke under a query. */
export const lost = (cause: unknown): ConnectionLostError =>
  new ConnectionLostError('The connection to the database broke while the query ran.', cause)
