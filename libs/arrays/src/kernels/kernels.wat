;; The arithmetic of the collective, over one shared memory. Pointers are byte addresses, counts are floats.
;; Plain IEEE single precision: one rounding per sum, subnormals kept, left operand first.
(module
  (import "arena" "memory" (memory 0 65536 shared))

  ;; dst[i] = a[i] + b[i]; dst may be a or b.
  (func (export "add") (param $dst i32) (param $a i32) (param $b i32) (param $n i32)
    (local $end i32)
    ;; Sixteen floats at a time.
    (local.set $end (i32.add (local.get $dst) (i32.shl (i32.and (local.get $n) (i32.const -16)) (i32.const 2))))
    (block $wide_done
      (loop $wide
        (br_if $wide_done (i32.eq (local.get $dst) (local.get $end)))
        (v128.store (local.get $dst) (f32x4.add (v128.load (local.get $a)) (v128.load (local.get $b))))
        (v128.store offset=16 (local.get $dst) (f32x4.add (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b))))
        (v128.store offset=32 (local.get $dst) (f32x4.add (v128.load offset=32 (local.get $a)) (v128.load offset=32 (local.get $b))))
        (v128.store offset=48 (local.get $dst) (f32x4.add (v128.load offset=48 (local.get $a)) (v128.load offset=48 (local.get $b))))
        (local.set $dst (i32.add (local.get $dst) (i32.const 64)))
        (local.set $a (i32.add (local.get $a) (i32.const 64)))
        (local.set $b (i32.add (local.get $b) (i32.const 64)))
        (br $wide)))
    ;; The rest, one by one.
    (local.set $end (i32.add (local.get $dst) (i32.shl (i32.and (local.get $n) (i32.const 15)) (i32.const 2))))
    (block $rest_done
      (loop $rest
        (br_if $rest_done (i32.eq (local.get $dst) (local.get $end)))
        (f32.store (local.get $dst) (f32.add (f32.load (local.get $a)) (f32.load (local.get $b))))
        (local.set $dst (i32.add (local.get $dst) (i32.const 4)))
        (local.set $a (i32.add (local.get $a) (i32.const 4)))
        (local.set $b (i32.add (local.get $b) (i32.const 4)))
        (br $rest))))

  ;; 1 when no value is infinite or NaN: an exponent of all ones is either.
  (func (export "allFinite") (param $p i32) (param $n i32) (result i32)
    (local $end i32) (local $mask v128) (local $bad v128) (local $rest_bad i32)
    (local.set $mask (v128.const i32x4 0x7f800000 0x7f800000 0x7f800000 0x7f800000))
    (local.set $end (i32.add (local.get $p) (i32.shl (i32.and (local.get $n) (i32.const -4)) (i32.const 2))))
    (block $wide_done
      (loop $wide
        (br_if $wide_done (i32.eq (local.get $p) (local.get $end)))
        (local.set $bad (v128.or (local.get $bad)
          (i32x4.eq (v128.and (v128.load (local.get $p)) (local.get $mask)) (local.get $mask))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $wide)))
    (local.set $end (i32.add (local.get $p) (i32.shl (i32.and (local.get $n) (i32.const 3)) (i32.const 2))))
    (block $rest_done
      (loop $rest
        (br_if $rest_done (i32.eq (local.get $p) (local.get $end)))
        (local.set $rest_bad (i32.or (local.get $rest_bad)
          (i32.eq (i32.and (i32.load (local.get $p)) (i32.const 0x7f800000)) (i32.const 0x7f800000))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br $rest)))
    (i32.eqz (i32.or (local.get $rest_bad) (v128.any_true (local.get $bad))))))
