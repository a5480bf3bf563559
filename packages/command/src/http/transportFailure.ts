import { shortened } from '../wire/ending.ts'
import type { Failure } from '../wire/ending.ts'

/** What a connection that failed is called in tables: by its code, `ECONNREFUSED`, `ECONNRESET`, `UND_ERR_SOCKET` … */
export const failureOf = (error: unknown): Failure => {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: { code?: unknown } }
  const detail = [code, cause?.code].find((one) => typeof one === 'string') ?? 'connection failed'
  return { kind: 'transport', detail, message: shortened(String(message)) }
}
