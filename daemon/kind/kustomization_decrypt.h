/*
 * kustomization_decrypt: spec.decryption: files that a build reads, and the objects that come out of it,
 * decrypted by SOPS. Nothing of it reaches the disk, a log, an event or an error; the pass's arena is wiped
 * at its end. When, what and the texts of errors are kustomize-controller 1.9's.
 */
#ifndef SLUICE_KUSTOMIZATION_DECRYPT_H
#define SLUICE_KUSTOMIZATION_DECRYPT_H

#include "kind/kustomization.h"
#include "kust/kust.h"
#include "sops/sops.h"

/* The keys that spec.decryption names; *ret_keys is NULL when there is no spec.decryption. May ask the API
 * server. ERR_NOT_FOUND with its bare text when the Secret is missing. */
err *kustomization_keys(ctx *c, struct work *w, struct sops_keys **ret_keys);

/* Before the build: what the generators of Secrets and the patches of the kustomization files below w->path
 * name is decrypted into o->instead, where the root's file already is. */
err *kustomization_decrypt_sources(ctx *c, struct work *w, struct sops_keys *keys,
				   struct kust_options *o);

/* After it: an object that is encrypted itself, or a Secret with encrypted entries. */
err *kustomization_decrypt_object(ctx *c, struct sops_keys *keys, struct kust_object *o);

#endif
