import { systemClock } from '@millrace/core'
import type {
  Clock,
  Health,
  MemoryLevel,
  MemoryNumbers,
  ResourceContext,
  Resources,
  Shrinkable,
  Timer,
} from '@millrace/core'
import { events } from '../report.ts'
import { Ladder, levels } from './ladder.ts'
import type { MemoryGuardResource } from './memoryGuard.ts'
import type { Settings } from './options.ts'
import type { MemoryReading } from './reading.ts'

/** Looks again and again, and says what it sees to whoever can hold less. */
export class Guard implements MemoryGuardResource {
  readonly needs: Resources
  ratio = 0
  readonly #settings: Settings
  readonly #ladder: Ladder
  #clock: Clock = systemClock
  #reading: MemoryReading | undefined
  #timer: Timer | undefined
  /** When garbage was last collected and how long that took; `endedAt` is Infinity while it is. */
  #collection = { endedAt: 0, tookMs: 0 }
  #shrinkables: ReadonlyArray<readonly [name: string, shrinkable: Shrinkable]> = []

  constructor(settings: Settings) {
    this.#settings = settings
    this.#ladder = new Ladder(settings)
    this.needs = Object.fromEntries(
      Object.entries(settings.shrink).filter(([, one]) => !isShrinkable(one)),
    ) as unknown as Resources
  }

  get level(): MemoryLevel {
    return this.#ladder.level
  }

  get reading(): MemoryReading {
    return this.#reading ?? this.#settings.source.read()
  }

  readonly pressure = (): number => {
    const { highRatio, criticalRatio } = this.#settings
    const { ratio } = this
    if (ratio <= highRatio) return 0
    if (ratio <= criticalRatio) return (ratio - highRatio) / (criticalRatio - highRatio) / 3
    return criticalRatio < 1 ? Math.min(1, 1 / 3 + ((ratio - criticalRatio) / (1 - criticalRatio)) * (2 / 3)) : 1
  }

  start(needs: { readonly [name: string]: unknown }, { clock }: Pick<ResourceContext, 'clock'>): this {
    if (this.#timer !== undefined) throw new Error('it has been started by another lifespan')
    this.#clock = this.#settings.clock ?? clock
    this.#shrinkables = Object.entries(this.#settings.shrink).map(([name, one]) => {
      const value = isShrinkable(one) ? one : needs[name]
      if (!isShrinkable(value)) throw new TypeError(`what ${name} gives has no shrinkTo(share)`)
      return [name, value] as const
    })
    this.#look()
    return this
  }

  check(): Health {
    const { level, ratio, reading } = this
    const { rssBytes, heapUsedBytes } = reading
    const numbers = { ratio, rssBytes, heapUsedBytes }
    if (level === 'normal' || level === 'elevated') return { status: 'healthy', numbers }
    return { status: 'degraded', detail: `Memory is ${level}: ${Math.round(ratio * 100)} % of its limit.`, numbers }
  }

  /** What held less may hold all again. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#reading = undefined
    this.ratio = 0
    if (this.#ladder.rung === 0) return
    this.#ladder.reset()
    this.#shrink(1)
  }

  readonly #look = (): void => {
    const { source, everyMs } = this.#settings
    this.#timer = this.#clock.after(everyMs, this.#look)
    const reading = (this.#reading = source.read())
    const [signal, ratio] = this.#worstOf(reading)
    this.ratio = ratio
    const before = this.level
    const hasChanged = this.#ladder.step(ratio, this.#clock.now())
    const { level } = this
    if (events.hasSubscribers) events.publish({ type: 'memory.measured', level, signal, ratio, ...reading })
    if (hasChanged) this.#changed({ level, before, signal, ratio, ...reading })
    const isHigher = hasChanged && levels.indexOf(before) < this.#ladder.rung
    if (isHigher || this.#rested >= (pauses[this.#ladder.reached(ratio)] as number)) void this.#collect()
  }

  #changed(event: MemoryNumbers & { readonly before: MemoryLevel }): void {
    const { level, before, ratio } = event
    if (events.hasSubscribers) events.publish({ type: 'memory.levelChanged', ...event })
    this.#shrink([1, ...this.#settings.shares][this.#ladder.rung] as number)
    void this.#tell('onChange', () => this.#settings.onChange({ level, before, ratio }))
  }

  #worstOf({ rssBytes, heapUsedBytes, heapLimitBytes, ...group }: MemoryReading): [MemoryNumbers['signal'], number] {
    // What a group may take can change while it runs.
    const { source, maxBytes = Math.min(group.groupLimitBytes, source.machineBytes) } = this.#settings
    const ratios: ReadonlyArray<[MemoryNumbers['signal'], number]> = [
      ['rss', rssBytes / maxBytes],
      ['heap', heapUsedBytes / heapLimitBytes],
      ['group', group.groupUsedBytes / group.groupLimitBytes],
    ]
    return ratios.reduce((worst, one) => (one[1] > worst[1] ? one : worst))
  }

  #shrink(share: number): void {
    for (const [name, one] of this.#shrinkables) void this.#tell(name, () => one.shrinkTo(share))
  }

  /** For how many times as long as the last collection took there has been none. */
  get #rested(): number {
    const { endedAt, tookMs } = this.#collection
    return (this.#clock.now() - endedAt) / Math.max(shortestMs, tookMs)
  }

  /** Only then is what was let go of no longer there. */
  async #collect(): Promise<void> {
    const { collect } = this.#settings
    if (collect === false || this.#collection.endedAt === Infinity) return
    const startedAt = this.#clock.now()
    this.#collection.endedAt = Infinity
    await this.#tell('collect', collect)
    const endedAt = this.#clock.now()
    const tookMs = endedAt - startedAt
    this.#collection = { endedAt, tookMs }
    if (events.hasSubscribers) events.publish({ type: 'memory.collected', tookMs })
  }

  /** Nothing that is told may keep the others from being told. */
  async #tell(name: string, tell: () => unknown): Promise<void> {
    try {
      await tell()
    } catch (error) {
      if (events.hasSubscribers) events.publish({ type: 'memory.shrinkFailed', name, error })
    }
  }
}

// A twentieth of the time where memory is high, a fifth where it is critical: calls that are refused wait longer than that.
const pauses = [Infinity, Infinity, 19, 4]
const shortestMs = 50

const isShrinkable = (value: unknown): value is Shrinkable =>
  typeof (value as Partial<Shrinkable> | null | undefined)?.shrinkTo === 'function'
