// Numbers with names. They are written as numbers wherever they are used, so this is no code.

/** What Hall.kind says of a seat. */
export const enum Kind { Standard, Recliner, Wheelchair, Companion, House }

/** Statuses of a seat, as in bms/seating. */
export const enum Status { Free, Held, Sold, Blocked }
