package dev.cairn.sample.shop;

class OrderNotFoundException extends RuntimeException {

	OrderNotFoundException(long id) {
		super("There is no order " + id);
	}

}
