import type { Store } from '@millrace/core'
import { isStore, tieredSettingsOf, tierSettingsOf } from './options.ts'
import type { TieredOptions, TierOptions } from './options.ts'
import { TieredStore } from './tieredStore.ts'

/**
 * Several stores as one, the nearest first: `tiered(memoryStore(), redisStore({ redis }), diskStore({ path }))`. What a
 * lower one has is brought up when it is asked for, for the rest of its life. One that fails or is slow is left alone,
 * the others go on, and it drops what it missed before it is asked again.
 *
 * @param tiers stores, or what of them is used; before them options
 * @throws TypeError when an option makes no sense, or two stores have one name
 */
export const tiered = (...tiers: ReadonlyArray<Store | TierOptions | TieredOptions>): Store => {
  const [first, ...others] = tiers
  const hasOptions = first !== undefined && !isStore(first) && !('store' in first)
  const { clock } = tieredSettingsOf(hasOptions ? first : {})
  const settings = (hasOptions ? others : tiers).map((tier) => tierSettingsOf(tier as Store | TierOptions))
  const names = settings.map(({ store }) => store.name)
  if (names.length === 0) throw new TypeError('tiered: give it stores, the nearest first')
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new TypeError(`tiered: two stores have the name '${twice}'; give one another`)
  return new TieredStore(settings, clock)
}
