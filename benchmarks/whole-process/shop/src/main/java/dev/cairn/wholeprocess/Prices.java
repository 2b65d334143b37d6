package dev.cairn.wholeprocess;

import java.math.BigDecimal;

import io.micrometer.core.annotation.Timed;

class Prices {

	private static final BigDecimal PRICE = new BigDecimal("19.50");

	@Timed("shop.price")
	BigDecimal total(int quantity) {
		return PRICE.multiply(BigDecimal.valueOf(quantity));
	}

}
