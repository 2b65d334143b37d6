package dev.cairn.test.slice;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
class StoredOrder {

	@Id
	private Long id;

	StoredOrder() {
	}

	StoredOrder(Long id) {
		this.id = id;
	}

	Long id() {
		return this.id;
	}

}
