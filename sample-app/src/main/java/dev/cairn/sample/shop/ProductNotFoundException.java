package dev.cairn.sample.shop;

class ProductNotFoundException extends RuntimeException {

	ProductNotFoundException(long id) {
		super("There is no product " + id);
	}

}
