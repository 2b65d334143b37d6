package dev.cairn.sample.shop;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

record OrderRequest(@NotNull Long productId, @NotNull @Positive @Max(1000) Integer quantity,
		@Size(max = 50) @Nullable String customer) {
}
