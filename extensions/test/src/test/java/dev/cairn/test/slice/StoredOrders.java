package dev.cairn.test.slice;

import org.springframework.data.jpa.repository.JpaRepository;

interface StoredOrders extends JpaRepository<StoredOrder, Long> {

}
