// sharp, loaded when a picture is first scaled or drawn: it takes some 20 MB, and many recorders never need it.

/** sharp, told to keep nothing and to leave the other processors to recording. */
export const loadSharp = async (): Promise<typeof import('sharp').default> => {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
};
