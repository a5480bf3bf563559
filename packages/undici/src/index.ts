export {
  HttpBlockedError,
  HttpBusyError,
  HttpContentError,
  HttpLostError,
  HttpRedirectError,
  HttpStatusError,
  HttpTimedOutError,
  HttpTooLargeError,
  HttpUnavailableError,
} from './errors.ts'
export type { HttpStatusDetails } from './errors.ts'
export type { GuardOptions } from './guard/guard.ts'
export { httpPool } from './httpPool.ts'
export type { HttpDispatcher, HttpPool, HttpPoolResource } from './httpPool.ts'
export type { HttpPoolOptions } from './options.ts'
export type { HttpRequestOptions, HttpWithin } from './request/options.ts'
export type { HttpHeaders, HttpResponse } from './response.ts'
export type { HttpPoolStats, OriginStats } from './stats.ts'
