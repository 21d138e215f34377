const secretRate = 1_680;

export function cost(hours: number): number {
  return hours * secretRate;
}

