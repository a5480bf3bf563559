/** Has a browser, and `curl -OJ`, keep an answer as a file that is named after the moment. */
export const attachment = (ending: string): { readonly [name: string]: string } => ({
  'content-disposition': `attachment; filename="${new Date().toISOString().replaceAll(/[:.]/g, '-')}.${ending}"`,
})
