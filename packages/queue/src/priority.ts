/** How much a call matters. Under load `low` is refused first and `critical` last. */
export type Priority = 'critical' | 'high' | 'normal' | 'low'

/** The most important first. */
export const priorities = ['critical', 'high', 'normal', 'low'] as const

/** The place of a priority among `priorities`; that of `normal` for what is none. */
export const rankOf = (priority: Priority | undefined): Rank => {
  switch (priority) {
    case 'critical':
      return 0
    case 'high':
      return 1
    case 'low':
      return 3
    default:
      return 2
  }
}

/** 0 for critical to 3 for low. */
export type Rank = 0 | 1 | 2 | 3
