kind: Q
