package com.example.clinic;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A veterinarian.
 */
@Entity
public class Vet {

	@Id
	private Long id;

	private String name;

	public Long getId() {
		return this.id;
	}

	public String getName() {
		return this.name;
	}

}
