package dev.cairn.sample.shop;

class OutOfStockException extends RuntimeException {

	OutOfStockException(Product product, int quantity) {
		super("Fewer than %d of '%s' are left".formatted(quantity, product.name()));
	}

}
