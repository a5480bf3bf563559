import { png } from './png.ts'

/** The Mandelbrot set as a picture in shades of grey. */
export default function fractal({ width }: { readonly width: number }) {
  const height = Math.round((width * 2) / 3)
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) pixels[y * width + x] = shade((3 * x) / width - 2.2, (2 * y) / height - 1)
  return { content: [{ type: 'image' as const, mimeType: 'image/png', data: png(pixels, width).toString('base64') }] }
}

/** How soon a point escapes: black when it never does. */
function shade(cx: number, cy: number): number {
  let [x, y] = [0, 0]
  for (let step = 0; step < 255; step += 1) {
    if (x * x + y * y > 4) return 255 - step
    ;[x, y] = [x * x - y * y + cx, 2 * x * y + cy]
  }
  return 0
}
