import sharp from 'sharp';

/**
 * sharp as every decode and encode of the studio must use it: one thread per call (more work is spread over
 * processes), no cache of decoded pictures, and only the loaders of the formats that we promise to read, so
 * that an SVG, PDF or raw file under a picture's name reaches no parser at all.
 */
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadTiff',
    'VipsForeignLoadNsgif',
  ],
});

export { sharp };
