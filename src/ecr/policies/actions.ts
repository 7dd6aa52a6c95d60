/** What `docker pull` asks of ECR ("Amazon ECR repository policy examples"); referrers are read by the same. */
export const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export const LOOK = ['ecr:DescribeImageScanFindings', 'ecr:DescribeImages', 'ecr:ListImages'];

export const PUSH = [
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/** What images stay and what their tags may do: who may set these can make every image go. */
export const RULE = ['ecr:DeleteLifecyclePolicy', 'ecr:PutImageTagMutability', 'ecr:PutLifecyclePolicy'];

/** By its tags ingot knows a repository to be its own. */
export const TAG = ['ecr:TagResource', 'ecr:UntagResource'];

export const DELETE = ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'];

/** An archived image is not pulled, as little as a deleted one; to push it again restores it ("Archiving an image"). */
export const ARCHIVE = 'ecr:UpdateImageStorageClass';

/** It belongs to no repository: its resource is `*`. */
export const LOG_IN = 'ecr:GetAuthorizationToken';
