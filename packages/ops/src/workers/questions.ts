import type { MetricsSnapshot } from '@millrace/metrics'
import type { Flip } from '../dashboard/live/switch.ts'
import type { Forwarded, Opening, Piece } from './outbox.ts'
import type { Glance } from './glances.ts'
import type { HealthAnswer } from '../health/report.ts'

/** What the listener of a server with several processes asks each of them, and what it answers. */
export interface Questions {
  /** What it has counted. */
  readonly metrics: { readonly asked: {}; readonly answered: MetricsSnapshot }
  /** How everything is that it leans on. */
  readonly health: { readonly asked: {}; readonly answered: HealthAnswer }
  /** What the dashboard shows of it. */
  readonly glance: { readonly asked: {}; readonly answered: Glance }
  /** Nothing but to be answered. */
  readonly hello: { readonly asked: {}; readonly answered: null }
  /** Which of the breakers know a key, by their places in the list. */
  readonly circuit: {
    readonly asked: { readonly key: string }
    readonly answered: { readonly owners: readonly number[] }
  }
  /** Flips a circuit of these breakers. */
  readonly breaker: {
    readonly asked: Flip & { readonly owners: readonly number[] }
    readonly answered: { readonly state: string | undefined }
  }
  /** Answers a request in its place; the rest of a long answer comes piece by piece, or is dropped. */
  readonly begin: { readonly asked: Forwarded; readonly answered: Opening }
  readonly next: { readonly asked: { readonly id: string }; readonly answered: Piece }
  readonly drop: { readonly asked: { readonly id: string }; readonly answered: null }
}

/** One of them, on its way. */
export type Question = {
  readonly [About in keyof Questions]: { readonly about: About } & Questions[About]['asked']
}[keyof Questions]

/** What all of it is asked under, of a supervisor where its listener is as well. */
export const topic = 'ops'
