// How a server that is measured says where it is, and then what it has taken at most.

/** @param url where it serves */
export const tell = (url) => {
  process.on('disconnect', () => process.exit())
  process.send?.({ url: String(url), beginBytes: process.memoryUsage.rss() })
  process.on('message', () => process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 }))
}
