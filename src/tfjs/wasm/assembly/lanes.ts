/** All ones in the lanes from `first` on, zeros before. */
export function lanesFrom(first: i32): v128 {
  return i32x4.ge_s(i32x4(0, 1, 2, 3), i32x4.splat(first));
}

/** Adds the four numbers to those at the address. */
export function addTo(address: usize, values: v128): void {
  v128.store(address, f32x4.add(v128.load(address), values));
}

/** Adds the lanes that `lanes` selects. */
export function addLanesTo(address: usize, values: v128, lanes: v128): void {
  addTo(address, v128.and(values, lanes));
}
