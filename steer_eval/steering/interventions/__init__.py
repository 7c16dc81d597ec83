"""What is done to an activation: one formula a file, found by importing this package.

An intervention is a frozen dataclass whose fields are its knobs. `prepare` checks a direction once and works out what can be worked out
ahead; calling it returns the new activation of every token, and the caller keeps it only where a token is steered. Notation: h
activation, v direction as stored, u = v / |v|, alpha coefficient (already times `max_act`).

What a reader puts into `Direction.tensors` (float32) and `Direction.knobs` for the interventions that want more than rows and alpha:

    tensors  bias       [width]              clamp: subtracted before and added back after; absent = 0
             reference  [width]              affine: the activation whose coordinate is the target
             stderr     [rows, width]        ENR selection only
             W_enc      [width, features]    sae_clamp, sae_min_clamp: pre-activation = h W_enc + b_enc
             b_enc      [features]               (where the SAE subtracts b_dec first: fold it in, b_enc - b_dec W_enc)
             threshold  [features]               (a plain ReLU SAE has zeros)
             W_dec      [features, width]        (rows of the Direction: [1, width], the feature's row of W_dec)
             b_dec      [width]                  (cancels out of the arithmetic; may be left out)
    knobs    feature    number of the SAE feature, from 0 (the `row` that the user gave)
             tau        cosine_gated_add: the gate's offset
             degree     rotate: the angle is alpha * degree; a file whose coefficient is in radians gives degree = 180 / pi and
                        alpha = that coefficient, so that a user's alpha= is in radians too; `degree=` of the user drops that alpha
             mode       rotate: "target" (default) or "offset";  adaptive  rotate: only where h has a positive part along the first row
             alignment  prompt_positional: position of row 0, default 1
             heads      per_head_add: "layer:head+layer:head"; absent = all heads of all layers in the file

Rows: one; any number (a span) for ablate and ablate_everywhere; two (the plane) for rotate; [tokens, width] for prompt_positional;
[heads, head width] at `o_proj_in` for per_head_add.
"""
