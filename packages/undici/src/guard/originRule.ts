/** What a pattern of origins says. */
export interface OriginRule {
  matches(url: URL): boolean
}

/**
 * Reads a pattern: `https://api.example.com`, `https://*.example.com:8443`, or `*.example.com` for every scheme and port.
 * `*.` stands for one label or more, never for none.
 *
 * @throws TypeError when it is none
 */
export const originRule = (pattern: string, option: string): OriginRule => {
  const [, protocol, star, host = '', port] = shape.exec(pattern) ?? []
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined
  if (url === undefined || url.hostname === '')
    throw new TypeError(
      `httpPool.guard.${option} takes origins such as https://api.example.com or *.example.com, got '${pattern}'`,
    )
  const name = bare(url.hostname)
  const wantedPort = port ?? (protocol === undefined ? undefined : defaultPorts[protocol])
  return {
    matches: (asked) => {
      const hostname = bare(asked.hostname)
      return (
        (protocol === undefined || asked.protocol === `${protocol}:`) &&
        (wantedPort === undefined || portOf(asked) === String(Number(wantedPort))) &&
        (star === undefined ? hostname === name : hostname.endsWith(`.${name}`))
      )
    },
  }
}

const shape = /^(?:(https?):\/\/)?(\*\.)?([^/*?#@\\\s]+?)(?::(\d+))?$/

const defaultPorts: { readonly [protocol: string]: string } = { http: '80', https: '443' }

const portOf = ({ port, protocol }: URL): string => (port === '' ? defaultPorts[protocol.slice(0, -1)]! : port)

/** `example.com.` is the same host as `example.com`. */
const bare = (hostname: string): string => hostname.replace(/\.$/, '')
