;; The inner loops of the background model on 128-bit vectors. `scripts/kernels.ts` makes `kernel-code.ts` of it.
;; Planes are row-major; masks hold 32 pixels a word, so widths must be multiples of 32.
(module
  (import "env" "memory" (memory 1))

  ;; 16 pixels: residual = luma - clamp(gain * mean + offset), rounded; the bits of those beyond their threshold.
  (func $subtract16 (param $luma i32) (param $mean i32) (param $threshold i32) (param $residual i32) (param $gain v128) (param $offset v128) (result i32)
    (local $low v128) (local $high v128) (local $limit v128)
    (local.set $low (v128.load (local.get $luma)))
    (local.set $high (i16x8.extend_high_i8x16_u (local.get $low)))
    (local.set $low (i16x8.extend_low_i8x16_u (local.get $low)))
    (local.set $low (i16x8.narrow_i32x4_s
      (call $difference (i32x4.extend_low_i16x8_s (local.get $low)) (v128.load (local.get $mean)) (local.get $gain) (local.get $offset))
      (call $difference (i32x4.extend_high_i16x8_s (local.get $low)) (v128.load offset=16 (local.get $mean)) (local.get $gain) (local.get $offset))))
    (local.set $high (i16x8.narrow_i32x4_s
      (call $difference (i32x4.extend_low_i16x8_s (local.get $high)) (v128.load offset=32 (local.get $mean)) (local.get $gain) (local.get $offset))
      (call $difference (i32x4.extend_high_i16x8_s (local.get $high)) (v128.load offset=48 (local.get $mean)) (local.get $gain) (local.get $offset))))
    (v128.store (local.get $residual) (local.get $low))
    (v128.store offset=16 (local.get $residual) (local.get $high))
    (local.set $limit (v128.load (local.get $threshold)))
    (i8x16.bitmask (i8x16.narrow_i16x8_s
      (i16x8.gt_s (i16x8.abs (local.get $low)) (i16x8.extend_low_i8x16_u (local.get $limit)))
      (i16x8.gt_s (i16x8.abs (local.get $high)) (i16x8.extend_high_i8x16_u (local.get $limit))))))

  (func $difference (param $luma v128) (param $mean v128) (param $gain v128) (param $offset v128) (result v128)
    (i32x4.sub
      (i32x4.trunc_sat_f32x4_s (f32x4.add
        (f32x4.sub
          (f32x4.convert_i32x4_s (local.get $luma))
          (f32x4.min (f32x4.splat (f32.const 255)) (f32x4.max (f32x4.splat (f32.const 0))
            (f32x4.add (f32x4.mul (local.get $gain) (local.get $mean)) (local.get $offset)))))
        (f32x4.splat (f32.const 256.5))))
      (i32x4.splat (i32.const 256))))

  ;; All pixels. Returns how many are beyond their threshold.
  (func (export "subtract") (param $luma i32) (param $mean i32) (param $threshold i32) (param $residual i32) (param $words i32) (param $pixels i32)
    (param $gain f32) (param $offset f32) (result i32)
    (local $end i32) (local $word i32) (local $marked i32) (local $gains v128) (local $offsets v128)
    (local.set $gains (f32x4.splat (local.get $gain)))
    (local.set $offsets (f32x4.splat (local.get $offset)))
    (local.set $end (i32.add (local.get $luma) (local.get $pixels)))
    (loop $next
      (local.set $word (i32.or
        (call $subtract16 (local.get $luma) (local.get $mean) (local.get $threshold) (local.get $residual) (local.get $gains) (local.get $offsets))
        (i32.shl
          (call $subtract16
            (i32.add (local.get $luma) (i32.const 16)) (i32.add (local.get $mean) (i32.const 64)) (i32.add (local.get $threshold) (i32.const 16))
            (i32.add (local.get $residual) (i32.const 32)) (local.get $gains) (local.get $offsets))
          (i32.const 16))))
      (i32.store (local.get $words) (local.get $word))
      (local.set $marked (i32.add (local.get $marked) (i32.popcnt (local.get $word))))
      (local.set $luma (i32.add (local.get $luma) (i32.const 32)))
      (local.set $mean (i32.add (local.get $mean) (i32.const 128)))
      (local.set $threshold (i32.add (local.get $threshold) (i32.const 32)))
      (local.set $residual (i32.add (local.get $residual) (i32.const 64)))
      (local.set $words (i32.add (local.get $words) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $luma) (local.get $end))))
    (local.get $marked))

  ;; Four lanes, all ones where the lane's bit of the lowest four is set.
  (func $lanes (param $bits i32) (result v128)
    (i32x4.ne
      (v128.and (i32x4.splat (local.get $bits)) (v128.const i32x4 1 2 4 8))
      (v128.const i32x4 0 0 0 0)))

  ;; One row of `words` mask words: mean and deviation learn, thresholds follow, pixels beyond their own noise are noted in `flips`.
  (func (export "learnRow") (param $residual i32) (param $edge i32) (param $mean i32) (param $deviation i32) (param $threshold i32)
    (param $changed i32) (param $things i32) (param $factors i32) (param $flips i32) (param $words i32) (param $rate f32) (param $tolerance f32)
    (local $beyond i32) (local $thing i32) (local $flipped i32) (local $shift i32) (local $end i32)
    (local $r v128) (local $d v128) (local $known v128) (local $isThing v128) (local $share v128) (local $level v128)
    (local.set $end (i32.add (local.get $flips) (i32.shl (local.get $words) (i32.const 2))))
    (loop $word
      (local.set $beyond (i32.load (local.get $changed)))
      (local.set $thing (i32.load (local.get $things)))
      (local.set $flipped (i32.const 0))
      (local.set $shift (i32.const 0))
      (loop $group
        (local.set $r (f32x4.convert_i32x4_s (v128.load16x4_s (local.get $residual))))
        (local.set $d (f32x4.abs (local.get $r)))
        (local.set $isThing (call $lanes (i32.shr_u (local.get $thing) (local.get $shift))))
        (v128.store (local.get $mean) (f32x4.add (v128.load (local.get $mean))
          (v128.andnot (f32x4.mul (f32x4.splat (local.get $rate)) (local.get $r)) (local.get $isThing))))
        (local.set $known (v128.load (local.get $deviation)))
        (local.set $share (v128.bitselect
          (v128.and (f32x4.splat (local.get $tolerance)) (f32x4.gt (local.get $d) (local.get $known)))
          (v128.andnot (f32x4.splat (local.get $rate)) (call $lanes (i32.shr_u (local.get $beyond) (local.get $shift))))
          (local.get $isThing)))
        (local.set $known (f32x4.max (f32x4.splat (f32.const 1))
          (f32x4.add (local.get $known) (f32x4.mul (local.get $share) (f32x4.sub (local.get $d) (local.get $known))))))
        (v128.store (local.get $deviation) (local.get $known))
        (local.set $level (f32x4.add
          (f32x4.max (f32x4.splat (f32.const 12)) (f32x4.mul (f32x4.splat (f32.const 4)) (local.get $known)))
          (f32x4.mul (f32x4.splat (f32.const 0.4))
            (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $edge))))))))
        (local.set $flipped (i32.or (local.get $flipped)
          (i32.shl (i32x4.bitmask (f32x4.gt (local.get $d) (local.get $level))) (local.get $shift))))
        (local.set $level (i32x4.trunc_sat_f32x4_u (f32x4.min (f32x4.splat (f32.const 255))
          (f32x4.mul (local.get $level) (v128.load32_splat (local.get $factors))))))
        (local.set $level (i16x8.narrow_i32x4_u (local.get $level) (local.get $level)))
        (i32.store (local.get $threshold) (i32x4.extract_lane 0 (i8x16.narrow_i16x8_u (local.get $level) (local.get $level))))
        (local.set $residual (i32.add (local.get $residual) (i32.const 8)))
        (local.set $edge (i32.add (local.get $edge) (i32.const 4)))
        (local.set $mean (i32.add (local.get $mean) (i32.const 16)))
        (local.set $deviation (i32.add (local.get $deviation) (i32.const 16)))
        (local.set $threshold (i32.add (local.get $threshold) (i32.const 4)))
        (local.set $factors (i32.add (local.get $factors) (i32.const 4)))
        (local.set $shift (i32.add (local.get $shift) (i32.const 4)))
        (br_if $group (i32.lt_u (local.get $shift) (i32.const 32))))
      (i32.store (local.get $flips) (local.get $flipped))
      (local.set $changed (i32.add (local.get $changed) (i32.const 4)))
      (local.set $things (i32.add (local.get $things) (i32.const 4)))
      (local.set $flips (i32.add (local.get $flips) (i32.const 4)))
      (br_if $word (i32.lt_u (local.get $flips) (local.get $end)))))

  ;; Marks pixels whose residual moved by more than 8 levels and by more than 3 deviations.
  (func (export "moved") (param $residual i32) (param $previous i32) (param $deviation i32) (param $words i32) (param $pixels i32)
    (local $end i32) (local $word i32) (local $shift i32) (local $step v128)
    (local.set $end (i32.add (local.get $residual) (i32.shl (local.get $pixels) (i32.const 1))))
    (loop $next
      (local.set $word (i32.const 0))
      (local.set $shift (i32.const 0))
      (loop $group
        (local.set $step (i32x4.abs (i32x4.sub (v128.load16x4_s (local.get $residual)) (v128.load16x4_s (local.get $previous)))))
        (local.set $word (i32.or (local.get $word) (i32.shl
          (i32x4.bitmask (v128.and
            (i32x4.gt_s (local.get $step) (i32x4.splat (i32.const 8)))
            (f32x4.gt (f32x4.convert_i32x4_s (local.get $step)) (f32x4.mul (f32x4.splat (f32.const 3)) (v128.load (local.get $deviation))))))
          (local.get $shift))))
        (local.set $residual (i32.add (local.get $residual) (i32.const 8)))
        (local.set $previous (i32.add (local.get $previous) (i32.const 8)))
        (local.set $deviation (i32.add (local.get $deviation) (i32.const 16)))
        (local.set $shift (i32.add (local.get $shift) (i32.const 4)))
        (br_if $group (i32.lt_u (local.get $shift) (i32.const 32))))
      (i32.store (local.get $words) (local.get $word))
      (local.set $words (i32.add (local.get $words) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $residual) (local.get $end)))))

  ;; The mean goes a share of the way to what the frame shows without its residual.
  (func (export "followLight") (param $luma i32) (param $residual i32) (param $mean i32) (param $pixels i32) (param $share f32)
    (local $end i32) (local $known v128)
    (local.set $end (i32.add (local.get $luma) (local.get $pixels)))
    (loop $next
      (local.set $known (v128.load (local.get $mean)))
      (v128.store (local.get $mean) (f32x4.add (local.get $known) (f32x4.mul (f32x4.splat (local.get $share))
        (f32x4.sub
          (f32x4.convert_i32x4_s (i32x4.sub
            (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $luma))))
            (v128.load16x4_s (local.get $residual))))
          (local.get $known)))))
      (local.set $luma (i32.add (local.get $luma) (i32.const 4)))
      (local.set $residual (i32.add (local.get $residual) (i32.const 8)))
      (local.set $mean (i32.add (local.get $mean) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $luma) (local.get $end)))))
)
