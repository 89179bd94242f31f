/** The number of the row that an id names; an id that is none names -1, which no row has. */
export function rowNumber(id: string): number {
  return /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
