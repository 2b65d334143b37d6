package com.example.clinic;

import java.util.List;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.repository.Repository;

interface VetRepository extends Repository<Vet, Long> {

	@Cacheable("vets")
	List<Vet> findAllByOrderByName();

}
