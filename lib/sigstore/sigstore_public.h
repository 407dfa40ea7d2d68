/*
 * sigstore_public: the trusted root of the Sigstore that is open to everybody, as its root-signing repository published it
 * (targets/trusted_root.json) from 2025-09-22 on. Keys that it takes on later are trusted by a file: --sigstore-trusted-root.
 */
#ifndef SLUICE_SIGSTORE_PUBLIC_H
#define SLUICE_SIGSTORE_PUBLIC_H

/* JSON, for sigstore_root_read. */
extern const char sigstore_public_json[];

#endif
