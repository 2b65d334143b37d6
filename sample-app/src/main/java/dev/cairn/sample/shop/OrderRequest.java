package dev.cairn.sample.shop;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

record OrderRequest(@NotNull Long productId, @NotNull @Positive @Max(1000) Integer quantity) {
}
