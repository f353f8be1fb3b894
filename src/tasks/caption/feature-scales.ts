/** How numbers of pixels are given: mean and deviation of ImageNet's colours taken out, or in a range. */
export const FEATURE_SCALES = ["imagenet", "unit", "signed", "byte"] as const;
