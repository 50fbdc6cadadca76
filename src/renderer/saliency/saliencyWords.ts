import type { SaliencyMethod } from '../../shared/saliency.ts';

export const METHOD_WORDS: Readonly<Record<SaliencyMethod, string>> = {
  'class-map': 'Class-activation map',
  gradient: 'Gradient × input, smoothed',
};

/** What a map shows and what not. */
export const METHOD_NOTES: Readonly<Record<SaliencyMethod, string>> = {
  'class-map':
    'Shows which regions spoke for this class, as coarse as the network’s last map. It does not show what spoke against it, nor that the reason is a good one.',
  gradient:
    'Shows where small changes of pixels would move the answer most, averaged over 20 noisy copies. Edges and very bright or dark places stand out by themselves: it points to pixels, not to causes.',
};
