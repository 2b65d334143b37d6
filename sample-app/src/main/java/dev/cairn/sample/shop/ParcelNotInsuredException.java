package dev.cairn.sample.shop;

class ParcelNotInsuredException extends RuntimeException {

	ParcelNotInsuredException(Order order) {
		super("A parcel worth %s is not insured".formatted(order.total()));
	}

}
