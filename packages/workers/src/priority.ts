/** How much a task matters: the first of these that waits is begun first. */
export type TaskPriority = 'critical' | 'high' | 'normal' | 'low'

/** The most important first. */
export const priorities = ['critical', 'high', 'normal', 'low'] as const
