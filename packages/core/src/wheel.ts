import type { Timer } from './timer.ts'
import { uncaught } from './uncaught.ts'

/** What a wheel needs of the world. */
export interface WheelSource {
  /** Monotonic milliseconds, with or without fractions. */
  now(): number
  /**
   * Runs `run` once after `delayMs`, an integer from 0 to 2³¹−1; returns what stops it. A run that comes early does no
   * harm: the wheel asks for the rest.
   */
  arm(delayMs: number, run: () => void): () => void
}

/** Timers of any number behind one timer of the world's. */
export interface Wheel {
  /**
   * Runs `run` once, never early, and at most an eighth of the delay (or 1 ms, when that is more) after the source
   * could. Timers that are due together run in the order of their times, and of their making. An error that `run`
   * throws is the process's to report and keeps no other timer from running.
   *
   * @param delayMs in milliseconds. Not above 0, or NaN: as soon as possible. Beyond 12 days it is waited for in parts;
   * `Infinity` never runs.
   */
  after(delayMs: number, run: () => void): Timer
  /** Timers that have neither run nor been cancelled. */
  readonly size: number
}

/**
 * A hierarchical timing wheel without cascades: starting and cancelling a timer is O(1) and touches no timer of the
 * world's unless it becomes the next one to run. A timer sits on the level whose step is at most an eighth of its
 * delay and is rounded up to that step. (Varghese and Lauck 1987; the levels as in Linux's `kernel/time/timer.c`.)
 */
export const wheel = (source: WheelSource): Wheel => new TimingWheel(source)

// Level n steps in 8ⁿ ms and reaches 64 steps ahead: 64 ms, 512 ms, 4 s, 33 s, 4 min, 35 min, 5 h, 37 h, 12 d.
const stepRatio = 8
const levels = 9
const reach = 64
const furthestMs = reach * stepRatio ** (levels - 1)
// One more than the reach, as rounding up may add a step: so one slot never holds two different times.
const slotsPerLevel = reach + 1

class TimingWheel implements Wheel {
  size = 0
  readonly #source: WheelSource
  readonly #slots: Array<Node | undefined> = Array.from({ length: levels * slotsPerLevel }, () => undefined)
  /** No timer in a slot is due before. */
  #nextDue = Infinity
  #disarm: (() => void) | undefined
  #isTurning = false

  constructor(source: WheelSource) {
    this.#source = source
  }

  after(delayMs: number, run: () => void): Timer {
    const now = this.#source.now()
    const node = new Node(this, run, now + (delayMs > 0 ? delayMs : 0))
    this.#insert(node, now)
    this.size += 1
    return node
  }

  unlink(node: Node): void {
    if (node.previous === undefined) this.#slots[node.slot] = node.following
    else node.previous.following = node.following
    if (node.following !== undefined) node.following.previous = node.previous
    node.previous = node.following = undefined
  }

  #insert(node: Node, now: number): void {
    // Counted from the oldest timer that still sits in a slot, when a blocked process is late for it: a slot that it
    // has not left is not taken by a timer of the next round.
    const start = Math.min(now, this.#nextDue)
    const wantedAt = Math.min(node.wantedAt, start + furthestMs)
    let level = 0
    let step = 1
    while (wantedAt - start > reach * step) {
      level += 1
      step *= stepRatio
    }
    const tick = Math.ceil(wantedAt / step)
    node.dueAt = tick * step
    node.slot = level * slotsPerLevel + (tick % slotsPerLevel)
    const head = this.#slots[node.slot]
    node.following = head
    if (head !== undefined) head.previous = node
    this.#slots[node.slot] = node
    if (node.dueAt >= this.#nextDue) return
    this.#nextDue = node.dueAt
    if (!this.#isTurning) this.#arm(now)
  }

  #arm(now: number): void {
    this.#disarm?.()
    this.#disarm = this.#source.arm(Math.max(0, Math.ceil(this.#nextDue - now)), () => this.#turn())
  }

  #turn(): void {
    this.#disarm = undefined
    this.#isTurning = true
    const now = this.#source.now()
    for (const node of this.#takeDue(now)) {
      // Cancelled by an earlier neighbour.
      if (node.slot !== taken) continue
      if (node.wantedAt > now) this.#insert(node, now)
      else {
        node.slot = gone
        this.size -= 1
        runSafely(node.run)
      }
    }
    this.#isTurning = false
    if (this.#nextDue < Infinity) this.#arm(this.#source.now())
  }

  #takeDue(now: number): Node[] {
    const nodes: Node[] = []
    this.#nextDue = Infinity
    for (const head of this.#slots) {
      if (head === undefined) continue
      if (head.dueAt > now) this.#nextDue = Math.min(this.#nextDue, head.dueAt)
      else this.#takeSlot(head, nodes)
    }
    // Slots hold the newest first, and of two timers for one time the older sits on the higher level.
    return nodes.toReversed().sort((a, b) => a.wantedAt - b.wantedAt)
  }

  #takeSlot(head: Node, nodes: Node[]): void {
    this.#slots[head.slot] = undefined
    for (let node: Node | undefined = head; node !== undefined;) {
      const { following }: Node = node
      node.previous = node.following = undefined
      node.slot = taken
      nodes.push(node)
      node = following
    }
  }
}

// Where a node is when it sits in no slot: taken out to run, or run and cancelled.
const taken = -2
const gone = -1

class Node implements Timer {
  readonly run: () => void
  readonly wantedAt: number
  dueAt = 0
  slot = gone
  previous: Node | undefined
  following: Node | undefined
  readonly #wheel: TimingWheel

  constructor(owner: TimingWheel, run: () => void, wantedAt: number) {
    this.#wheel = owner
    this.run = run
    this.wantedAt = wantedAt
  }

  cancel(): void {
    if (this.slot === gone) return
    if (this.slot !== taken) this.#wheel.unlink(this)
    this.slot = gone
    this.#wheel.size -= 1
  }
}

const runSafely = (run: () => void): void => {
  try {
    run()
  } catch (error) {
    uncaught(error)
  }
}
